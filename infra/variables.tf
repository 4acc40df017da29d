variable "region" {
  type = string
}

variable "zones" {
  description = "Three availability zones: the loss of one leaves two machines with PostgreSQL, and etcd its majority."
  type        = list(string)
  validation {
    condition     = length(distinct(var.zones)) == 3
    error_message = "Three different zones are expected."
  }
}

variable "network" {
  description = "The private network, with room for six of 256 addresses."
  type        = string
  default     = "10.42.0.0/16"
}

variable "image" {
  description = "The image of deploy/Dockerfile in a registry that the machines can read, with its digest."
  type        = string
}

variable "certificate_arn" {
  description = "The certificate of the load balancer, which ends TLS."
  type        = string
}

variable "callers" {
  description = "Networks that may call the service."
  type        = list(string)
}

variable "settings" {
  description = "Further settings of the service (.env.example). A $${NAME} in a value is replaced by that secret."
  type        = map(string)
  default     = {}
}

variable "services" {
  description = "How many machines run the service."
  type        = number
  default     = 2
}

variable "key_name" {
  description = "The SSH key for the user admin of the machines, reached through the endpoint of EC2 Instance Connect only."
  type        = string
}

variable "database_type" {
  type    = string
  default = "m7a.large"
}

variable "service_type" {
  type    = string
  default = "c7a.large"
}

variable "database_gib" {
  type    = number
  default = 100
}

variable "backup_days" {
  description = "After how many days a backup is deleted; until then nobody can delete it."
  type        = number
  default     = 30
}

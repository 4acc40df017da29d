variable "databases" {
  description = "The addresses of the three machines with PostgreSQL."
  type        = map(string)
  validation {
    condition     = join(" ", keys(var.databases)) == "pg1 pg2 pg3"
    error_message = "Three machines are expected: pg1, pg2 and pg3."
  }
}

variable "service_networks" {
  description = "The networks from which the service connects to PostgreSQL."
  type        = list(string)
}

variable "image" {
  description = "The image of deploy/Dockerfile, in a registry that the machines can read."
  type        = string
}

variable "settings" {
  description = "Further settings of the service (.env.example). A $${NAME} in a value is replaced by that secret."
  type        = map(string)
  default     = {}
}

variable "packages" {
  description = "What the commands below need."
  type        = list(string)
  default     = []
}

variable "secret_command" {
  description = "A line of shell that prints the secret named $1."
  type        = string
}

variable "upload_command" {
  description = "A line of shell that stores the file $1 where backups are kept."
  type        = string
}

variable "data_device" {
  description = "The disk of PostgreSQL; null: a folder of the system's disk."
  type        = string
  default     = null
}

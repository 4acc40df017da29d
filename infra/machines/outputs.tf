output "database" {
  description = "The user data of each machine with PostgreSQL."
  value       = { for name, each in local.database : name => "#cloud-config\n${yamlencode(each)}" }
}

output "service" {
  description = "The user data of each machine of the service."
  value       = "#cloud-config\n${yamlencode(local.service)}"
}

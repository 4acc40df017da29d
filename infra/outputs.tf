output "address" {
  description = "Where to point the name of the certificate."
  value       = aws_lb.earmark.dns_name
}

output "machines" {
  description = "For aws ec2-instance-connect."
  value       = { for name, each in merge(aws_instance.database, aws_instance.service) : name => each.id }
}

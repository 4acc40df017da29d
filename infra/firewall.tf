# Who reaches whom. What is not listed is closed.

locals {
  groups = toset(["balancer", "service", "database", "operator"])

  # From a group to the port of another.
  allowed = [
    { from = "balancer", to = "service", port = 3000, what = "calls" },
    { from = "balancer", to = "service", port = 3001, what = "health checks" },
    { from = "service", to = "database", port = 5432, what = "PostgreSQL" },
    { from = "service", to = "database", port = 8008, what = "health checks of Patroni" },
    { from = "database", to = "database", port = 5432, what = "replication" },
    { from = "database", to = "database", port = 8008, what = "REST API of Patroni" },
    { from = "database", to = "database", port = 2379, what = "clients of etcd" },
    { from = "database", to = "database", port = 2380, what = "peers of etcd" },
    { from = "operator", to = "service", port = 22, what = "SSH" },
    { from = "operator", to = "database", port = 22, what = "SSH" },
  ]
}

resource "aws_security_group" "earmark" {
  for_each    = local.groups
  name        = "earmark-${each.key}"
  description = "Earmark: ${each.key}"
  vpc_id      = aws_vpc.earmark.id
}

resource "aws_vpc_security_group_ingress_rule" "between" {
  for_each                     = { for each in local.allowed : "${each.from} to ${each.to} ${each.port}" => each }
  security_group_id            = aws_security_group.earmark[each.value.to].id
  referenced_security_group_id = aws_security_group.earmark[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.what
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each          = toset(var.callers)
  security_group_id = aws_security_group.earmark["balancer"].id
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  description       = "callers"
}

resource "aws_vpc_security_group_egress_rule" "all" {
  for_each          = local.groups
  security_group_id = aws_security_group.earmark[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_ec2_instance_connect_endpoint" "operator" {
  subnet_id          = aws_subnet.private[var.zones[0]].id
  security_group_ids = [aws_security_group.earmark["operator"].id]
  # So that the rules above know its connections.
  preserve_client_ip = false
}

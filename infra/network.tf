locals {
  zones = { for i, zone in var.zones : zone => i }
}

resource "aws_vpc" "earmark" {
  cidr_block           = var.network
  enable_dns_hostnames = true
}

# The load balancer and the way out. No machine is here.
resource "aws_subnet" "public" {
  for_each          = local.zones
  vpc_id            = aws_vpc.earmark.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.network, 8, each.value)
}

# The machines, without public addresses.
resource "aws_subnet" "private" {
  for_each          = local.zones
  vpc_id            = aws_vpc.earmark.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.network, 8, 16 + each.value)
}

resource "aws_internet_gateway" "earmark" {
  vpc_id = aws_vpc.earmark.id
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

# Machines need it to install packages, and to fetch images, secrets and time; what serves goes on without it.
resource "aws_nat_gateway" "earmark" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public[var.zones[0]].id
  depends_on    = [aws_internet_gateway.earmark]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.earmark.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.earmark.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.earmark.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.earmark.id
  }
}

resource "aws_route_table_association" "public" {
  for_each       = aws_subnet.public
  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  for_each       = aws_subnet.private
  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

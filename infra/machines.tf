data "aws_ami" "debian" {
  owners      = ["136693071363"] # Debian's
  most_recent = true
  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }
}

locals {
  databases = { for i, zone in var.zones : "pg${i + 1}" => { zone = zone, address = cidrhost(aws_subnet.private[zone].cidr_block, 11) } }
  services  = { for i in range(var.services) : "earmark-${i + 1}" => var.zones[i % 3] }
}

module "machines" {
  source           = "./machines"
  databases        = { for name, each in local.databases : name => each.address }
  service_networks = [for each in aws_subnet.private : each.cidr_block]
  image            = var.image
  # The load balancer has addresses of these networks, and nothing else is there.
  settings       = merge({ TRUSTED_PROXIES = join(",", [for each in aws_subnet.public : each.cidr_block]) }, var.settings)
  packages       = ["awscli"]
  secret_command = "exec aws ssm get-parameter --region ${var.region} --with-decryption --query Parameter.Value --output text --name \"/earmark/$1\""
  upload_command = "exec aws s3 cp --region ${var.region} --only-show-errors \"$1\" s3://${aws_s3_bucket.backups.bucket}/"
  # How the first further disk is called on machines of the types above.
  data_device = "/dev/nvme1n1"
}

resource "aws_instance" "database" {
  for_each                    = local.databases
  ami                         = data.aws_ami.debian.id
  instance_type               = var.database_type
  subnet_id                   = aws_subnet.private[each.value.zone].id
  private_ip                  = each.value.address
  vpc_security_group_ids      = [aws_security_group.earmark["database"].id]
  iam_instance_profile        = aws_iam_instance_profile.machine["database"].name
  key_name                    = var.key_name
  associate_public_ip_address = false
  user_data                   = module.machines.database[each.key]
  metadata_options { http_tokens = "required" }
  root_block_device { encrypted = true }
  tags = { Name = each.key }
  # Never all three at once: README.md says how to replace one.
  lifecycle { ignore_changes = [ami, user_data] }
}

# PostgreSQL and etcd of a machine, which outlive it.
resource "aws_ebs_volume" "database" {
  for_each          = local.databases
  availability_zone = each.value.zone
  size              = var.database_gib
  type              = "gp3"
  encrypted         = true
  tags              = { Name = each.key }
  lifecycle { prevent_destroy = true }
}

resource "aws_volume_attachment" "database" {
  for_each    = local.databases
  instance_id = aws_instance.database[each.key].id
  volume_id   = aws_ebs_volume.database[each.key].id
  device_name = "/dev/sdf"
  # PostgreSQL ends before its disk is taken away.
  stop_instance_before_detaching = true
}

resource "aws_instance" "service" {
  for_each                    = local.services
  ami                         = data.aws_ami.debian.id
  instance_type               = var.service_type
  subnet_id                   = aws_subnet.private[each.value].id
  vpc_security_group_ids      = [aws_security_group.earmark["service"].id]
  iam_instance_profile        = aws_iam_instance_profile.machine["service"].name
  key_name                    = var.key_name
  associate_public_ip_address = false
  user_data                   = module.machines.service
  metadata_options { http_tokens = "required" }
  root_block_device { encrypted = true }
  tags = { Name = each.key }
  lifecycle { ignore_changes = [ami, user_data] }
}

# Machines read their secrets by themselves, each role its own. They are made by hand (README.md), so that no state has one.

locals {
  secrets = {
    database = ["SUPERUSER_PASSWORD", "REPLICATION_PASSWORD", "REWIND_PASSWORD", "RESTAPI_PASSWORD", "EARMARK_PASSWORD"]
    # And those that var.settings names.
    service = concat(["EARMARK_PASSWORD", "SECRET_KEY"], flatten([for each in values(var.settings) : regexall("\\$\\{(\\w+)\\}", each)]))
  }
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "machine" {
  for_each = local.secrets
  name     = "earmark-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_instance_profile" "machine" {
  for_each = aws_iam_role.machine
  name     = each.value.name
  role     = each.value.name
}

resource "aws_iam_role_policy" "secrets" {
  for_each = local.secrets
  name     = "secrets"
  role     = aws_iam_role.machine[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "ssm:GetParameter"
      Resource = [for name in each.value : "arn:aws:ssm:${var.region}:${data.aws_caller_identity.current.account_id}:parameter/earmark/${name}"]
    }]
  })
}

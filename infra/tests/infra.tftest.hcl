# tofu test: plans against a stand-in for AWS, so that no account is needed.
mock_provider "aws" {}

variables {
  region          = "eu-central-1"
  zones           = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  image           = "registry.example.com/earmark@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/earmark"
  callers         = ["203.0.113.0/24"]
  key_name        = "operators"
  settings        = { SMTP_URL = "smtps://earmark:$${SMTP_PASSWORD}@mail.example.com" }
}

override_resource {
  target          = aws_s3_bucket.backups
  override_during = plan
  values          = { bucket = "earmark-backups-1", arn = "arn:aws:s3:::earmark-backups-1" }
}

run "machines" {
  command = plan

  assert {
    condition     = { for name, each in aws_instance.database : name => each.private_ip } == { pg1 = "10.42.16.11", pg2 = "10.42.17.11", pg3 = "10.42.18.11" }
    error_message = "The three machines with PostgreSQL are in three networks."
  }
  assert {
    condition     = length(distinct(values(aws_ebs_volume.database)[*].availability_zone)) == 3
    error_message = "Their disks are in three zones."
  }
  assert {
    condition     = alltrue([for each in concat(values(aws_instance.database), values(aws_instance.service)) : length(each.user_data) < 16384])
    error_message = "User data has at most 16 KiB."
  }
  assert {
    condition     = length(setsubtract(flatten(regexall("\\$\\{(\\w+_PASSWORD)\\}", module.machines.database["pg1"])), local.secrets.database)) == 0
    error_message = "The machines with PostgreSQL may read each secret that their settings name."
  }
  assert {
    condition     = strcontains(module.machines.service, "SMTP_PASSWORD") && strcontains(aws_iam_role_policy.secrets["service"].policy, "parameter/earmark/SMTP_PASSWORD")
    error_message = "The machines of the service may read the secrets that the settings name."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.secrets["service"].policy, "SUPERUSER_PASSWORD")
    error_message = "The machines of the service may not read the passwords of the cluster."
  }
}

run "firewall" {
  command = plan

  assert {
    condition = [for each in local.allowed : "${each.port} from ${each.from}" if each.to == "database"] == [
      "5432 from service", "8008 from service", "5432 from database", "8008 from database", "2379 from database", "2380 from database", "22 from operator",
    ]
    error_message = "Only the machines of the service reach PostgreSQL and Patroni, only the nodes etcd."
  }
  assert {
    condition     = [for each in aws_vpc_security_group_ingress_rule.callers : "${each.from_port}-${each.to_port} from ${each.cidr_ipv4}"] == ["443-443 from 203.0.113.0/24"]
    error_message = "From outside only the load balancer can be reached, by the callers."
  }
  assert {
    condition     = alltrue([for each in concat(values(aws_instance.database), values(aws_instance.service)) : each.associate_public_ip_address != true])
    error_message = "No machine has a public address."
  }
}

run "zones" {
  command = plan
  variables {
    zones = ["eu-central-1a", "eu-central-1a", "eu-central-1b"]
  }
  expect_failures = [var.zones]
}

terraform {
  # Of OpenTofu; Terraform 1.8 and newer run it as well.
  required_version = ">= 1.8"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

provider "aws" {
  region = var.region
  default_tags { tags = { Project = "earmark" } }
}

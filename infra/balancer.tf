resource "aws_lb" "earmark" {
  name            = "earmark"
  security_groups = [aws_security_group.earmark["balancer"].id]
  subnets         = [for each in aws_subnet.public : each.id]
  # The address that it sees comes last in X-Forwarded-For, and the service believes no other.
  xff_header_processing_mode = "append"
}

resource "aws_lb_target_group" "earmark" {
  name                 = "earmark"
  vpc_id               = aws_vpc.earmark.id
  port                 = 3000
  protocol             = "HTTP"
  deregistration_delay = 60
  # Two failed checks take less than DRAIN_SECONDS (machines/main.tf).
  health_check {
    path                = "/health/ready"
    port                = 3001
    interval            = 5
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "earmark" {
  for_each         = aws_instance.service
  target_group_arn = aws_lb_target_group.earmark.arn
  target_id        = each.value.id
}

resource "aws_lb_listener" "earmark" {
  load_balancer_arn = aws_lb.earmark.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.earmark.arn
  }
}

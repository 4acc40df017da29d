# The configuration of the machines, as the user data of cloud-init. Nothing here belongs to a provider: with another one, use this
# module with machines of your own.

locals {
  deploy = "${path.module}/../../deploy"
  # PG1, PG2 and PG3, as the files of deploy/patroni call them.
  nodes = { for name, address in var.databases : upper(name) => address }
  words = { for name, address in var.databases :
    name => join(" ", [for key, value in merge(local.nodes, { NAME = name, ADDRESS = address }) : "${key}=${value}"])
  }

  # Secrets are read when a machine starts, so that neither user data nor state has one.
  secret = { path = "/usr/local/sbin/earmark-secret", permissions = "0755", content = "#!/bin/sh\n${var.secret_command}\n" }
  fill   = { path = "/usr/local/sbin/earmark-fill", permissions = "0755", content = file("${path.module}/earmark-fill") }

  database = { for name, address in var.databases : name => merge(
    {
      packages = concat(["etcd-server", "patroni", "postgresql", "gettext-base", "curl"], var.packages)
      write_files = [
        local.secret,
        local.fill,
        # Patroni makes the only cluster.
        { path = "/etc/postgresql-common/createcluster.conf", content = "create_main_cluster = false\n" },
        { path = "/etc/earmark/node.env.template", content = join("", [
          file("${local.deploy}/patroni/node.env.template"), "EARMARK_PASSWORD=$${EARMARK_PASSWORD}\n",
        ]) },
        { path = "/etc/earmark/patroni/1-patroni.yml", content = file("${local.deploy}/patroni/patroni.yml") },
        { path = "/etc/earmark/patroni/2-machines.yml", content = yamlencode({
          bootstrap = { post_init = "/usr/local/sbin/earmark-database" }
          # By address, since each machine is in a network of its own, and `samenet` is only that.
          postgresql = { pg_hba = concat(
            ["local all all scram-sha-256", "host all all 127.0.0.1/32 scram-sha-256"],
            [for each in values(var.databases) : "host replication replicator ${each}/32 scram-sha-256"],
            [for each in values(var.databases) : "host all postgres,rewinder ${each}/32 scram-sha-256"],
            [for each in var.service_networks : "host earmark earmark ${each} scram-sha-256"],
          ) }
        }) },
        { path = "/usr/local/sbin/earmark-database", permissions = "0755", content = file("${path.module}/earmark-database") },
        { path = "/etc/systemd/system/earmark-etcd.service", content = file("${local.deploy}/patroni/earmark-etcd.service") },
        { path = "/etc/systemd/system/earmark-patroni.service", content = file("${local.deploy}/patroni/earmark-patroni.service") },
        { path = "/usr/local/sbin/earmark-backup", permissions = "0755", content = file("${path.module}/earmark-backup") },
        { path = "/usr/local/sbin/earmark-upload", permissions = "0755", content = "#!/bin/sh\n${var.upload_command}\n" },
        { path = "/etc/systemd/system/earmark-backup.service", content = file("${path.module}/earmark-backup.service") },
        { path = "/etc/systemd/system/earmark-backup.timer", content = file("${path.module}/earmark-backup.timer") },
      ]
      runcmd = [
        "chown -R postgres:postgres /var/lib/postgresql",
        "systemctl disable --now etcd postgresql",
        "${local.words[name]} earmark-fill /etc/earmark/node.env",
        "systemctl daemon-reload",
        "systemctl enable --now earmark-etcd earmark-patroni earmark-backup.timer",
      ]
    },
    var.data_device == null ? null : {
      # The disk is attached to a machine that runs already.
      bootcmd  = ["until [ -b ${var.data_device} ]; do sleep 1; done"]
      fs_setup = [{ device = var.data_device, filesystem = "ext4", label = "postgresql", overwrite = false }]
      mounts   = [[var.data_device, "/var/lib/postgresql", "ext4", "defaults,noatime"]]
    },
  ) }

  service = {
    packages = concat(["haproxy", "podman", "postgresql-client", "gettext-base"], var.packages)
    write_files = [
      local.secret,
      local.fill,
      { path = "/etc/haproxy/haproxy.cfg", content = file("${local.deploy}/patroni/haproxy.cfg") },
      { path = "/etc/default/haproxy", content = join("", [for key, value in merge(local.nodes, {
        PRIMARY_BIND = "127.0.0.1:5000", REPLICAS_BIND = "127.0.0.1:5001"
      }) : "${key}=${value}\n"]) },
      { path = "/etc/earmark/earmark.env.template", content = join("", [for key, value in merge({
        DATABASE_URL          = "postgres://earmark:$${EARMARK_PASSWORD}@127.0.0.1:5000/earmark"
        DATABASE_REPLICA_URLS = "postgres://earmark:$${EARMARK_PASSWORD}@127.0.0.1:5001/earmark"
        SECRET_KEY            = "$${SECRET_KEY}"
        DRAIN_SECONDS         = "20"
      }, var.settings) : "${key}=${value}\n"]) },
      { path = "/etc/earmark/image", content = "IMAGE=${var.image}\n" },
      { path = "/etc/systemd/system/earmark.service", content = file("${path.module}/earmark.service") },
    ]
    runcmd = [
      "earmark-fill /etc/earmark/earmark.env",
      "systemctl daemon-reload",
      "systemctl enable --now haproxy earmark",
    ]
  }
}

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProvisioningConfig(AppConfig):
    name = "provisioning"
    verbose_name = "Provisioning"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from provisioning import access, restores, sign_ins  # noqa: F401 — its receivers listen once imported

        connection_created.connect(restores.check_new_connection, dispatch_uid="provisioning.restores")
        post_migrate.connect(access.sync_roles, sender=self, dispatch_uid="provisioning.sync_roles")

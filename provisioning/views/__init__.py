"""Views: authorised by `provisioning.access`; they validate, act and respond."""

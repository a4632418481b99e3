"""Pull: what SendGrid says becomes the mirror."""

"""Forms: what people may ask for, checked as SendGrid would."""

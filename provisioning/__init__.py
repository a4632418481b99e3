"""The domain: customer accounts at SendGrid, the changes people ask for, and the mirror of what is there."""

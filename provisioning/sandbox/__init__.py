"""A SendGrid to run against on one machine: an HTTP server that behaves as the reference document says.

It shares no code with the client and no models with the portal. What the documents leave open is a switch.
"""

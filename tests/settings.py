"""The project's own settings, in the environment of this run's servers."""

from tests.session import prepare_environment

prepare_environment()

from upn.settings import *  # noqa: E402, F403

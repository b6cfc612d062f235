"""What every test shares; the fixtures themselves live in tests/fixtures."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "pytester",
    "tests.fixtures.artefacts",
    "tests.fixtures.environment",
    "tests.fixtures.services",
    "tests.fixtures.skips",
]

# Two cores are shared with servers and browsers, so an example's time says nothing about the code.
settings.register_profile("keyturn", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("keyturn")

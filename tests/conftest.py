"""What every test shares; the fixtures themselves live in tests/fixtures."""

"""Fuzz targets for atheris; outside the default suite. Run one as `python -m tests.fuzz.run html 600`."""

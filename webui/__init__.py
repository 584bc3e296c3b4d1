"""The web application: Flask pages over the public names of engine. `create_app` is the only entry."""

from webui.app import create_app

__all__ = ["create_app"]

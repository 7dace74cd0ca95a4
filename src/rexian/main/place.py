"""Where the checkout lies: what is built from sources (the web) and what is tested is found from here."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
WEB = CHECKOUT / "web"
BUILT_WEB = CHECKOUT / "src" / "rexian" / "api" / "static"

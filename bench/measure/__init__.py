"""How the parts of `./dev bench` measure and show: rounds in turn, ratios with their spread, tables and charts."""

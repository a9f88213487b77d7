"""`./dev client`: writes what the Python client of the API has from the contract."""

"""What a request costs Ogrom as something grows: routes, locales, rows, links and sizes of responses."""

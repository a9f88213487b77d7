"""What a request carries besides its path."""

from collections.abc import Mapping

BALANCER: Mapping[str, str] = {
    "Host": "api.example.org",
    "X-Forwarded-For": "203.0.113.195",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "de-DE,de;q=0.8,en-US;q=0.5,en;q=0.3",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "If-Modified-Since": "Thu, 01 Jan 2009 00:00:00 GMT",
    "Cookie": "session=eyJhbGciOiJIUzI1NiJ9.c2hvcA; consent=necessary",
}
"""Eleven fields, as a service behind AWS's application balancer or nginx gets them of a browser.

wrk by itself sends Host alone, which hides what it takes to read a header. If-Modified-Since is older than everything,
so that all of it is answered. There is no Cache-Control: no-cache, since Ogrom would heed it, and answer nothing from
its memory.
"""

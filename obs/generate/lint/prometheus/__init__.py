"""Checks of rules and of any PromQL, most of them known from pint: https://cloudflare.github.io/pint/"""

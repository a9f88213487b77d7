"""Deploys Ogrom to Elastic Beanstalk, so that no client notices."""

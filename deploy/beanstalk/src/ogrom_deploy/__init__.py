"""Deploys Ogrom so that nobody notices: to Elastic Beanstalk, or to a rehearsal on this machine."""

"""The workflows of .github, run on this machine (`./dev workflows`), and the check of their last job."""

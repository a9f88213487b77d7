"""npm packages in the train: built from history as wheels are, compared by what they export, tried with a service."""

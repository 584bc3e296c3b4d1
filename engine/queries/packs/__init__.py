"""Process packs: what is deployed, working copies, releases, sandboxes, runs of scenarios."""

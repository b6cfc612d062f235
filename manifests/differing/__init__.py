"""What changes between two manifests, part by part."""

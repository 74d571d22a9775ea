"""What an instructor needs: check, pack, trainees' copies, teaching pages."""

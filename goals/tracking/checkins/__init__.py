"""What people say of a goal at the rhythm it asks for."""

"""The pages of a member: find one, see how they are reached, change and verify that."""

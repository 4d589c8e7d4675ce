"""What was published: articles, cleaning, passages and storage."""

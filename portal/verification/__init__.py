"""The page behind a verification link. Nobody signs in, and it shows nothing about the person."""

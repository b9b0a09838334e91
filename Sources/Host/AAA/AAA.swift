// AAA

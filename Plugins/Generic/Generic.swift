// Generic

namespace Sbx.Images.Fetching;

/// <summary>A source could not be asked, or broke off.</summary>
internal sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A package is not the one that was expected, or is malformed.</summary>
internal sealed class WrongContentException(string message, Exception? inner = null) : Exception(message, inner);

namespace Sbx.Egress.Requests;

/// <summary>A request body carries a placeholder to a host it does not belong to.</summary>
internal sealed class PlaceholderLeakException(string message) : IOException(message);

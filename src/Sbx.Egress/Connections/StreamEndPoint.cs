using System.Net;

namespace Sbx.Egress.Connections;

/// <summary>A Kestrel endpoint that no one can dial: connections are handed to it in memory.</summary>
internal sealed class StreamEndPoint(string name) : EndPoint
{
    /// <summary>What is spoken on it; only for people.</summary>
    public string Name { get; } = name;

    public override string ToString() => $"egress:{Name}";
}

namespace Sbx.Api.Http;

/// <summary>A connection that speaks another protocol from here on. One reader and one writer at a time.</summary>
internal sealed class UpgradedStream(Stream connection, ConnectionReader reader) : ForwardStream
{
    public override bool CanWrite => true;

    // What came together with the head is held by the reader.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reader.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }
}

using System.Buffers;
using System.IO.Pipelines;

namespace Sbx.Egress.Sniffing;

/// <summary>Takes the head of a CONNECT request off a connection.</summary>
internal static class ConnectReader
{
    /// <summary>Reads the head; bytes that follow it stay in <paramref name="input"/>.</summary>
    /// <returns>The head with its empty line, or null when it does not end within <see cref="ConnectRequest.MaximumLength"/> or the guest ends.</returns>
    public static async Task<byte[]?> ReadHeadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryTakeHead(result.Buffer, out var head))
            {
                input.AdvanceTo(result.Buffer.GetPosition(head.Length));
                return head;
            }

            var over = result.IsCompleted || result.IsCanceled || result.Buffer.Length >= ConnectRequest.MaximumLength;
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (over)
                return null;
        }
    }

    private static bool TryTakeHead(in ReadOnlySequence<byte> buffer, out byte[] head)
    {
        head = [];
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> before, "\r\n\r\n"u8) || before.Length + 4 > ConnectRequest.MaximumLength)
            return false;
        head = buffer.Slice(0, before.Length + 4).ToArray();
        return true;
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sbx.Agent.Models.Wire;

/// <summary>One server-sent event: its name ("message" when it has none) and its data.</summary>
internal readonly record struct SseEvent(string Name, string Data);

/// <summary>Reads <c>text/event-stream</c> (WHATWG HTML, 9.2.6). An event not ended by an empty line is dropped, as the standard says.</summary>
internal static class SseReader
{
    /// <summary>Characters of one event at most; a provider that sends more is broken.</summary>
    public const int MaxEvent = 16 << 20;

    public static async IAsyncEnumerable<SseEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, bufferSize: 8192, leaveOpen: true);
        var data = new StringBuilder();
        var name = "";
        var any = false;
        await foreach (var line in LinesAsync(reader, cancel).ConfigureAwait(false))
        {
            if (line.Length == 0)
            {
                if (any) yield return new SseEvent(name.Length == 0 ? "message" : name, data.ToString());
                data.Clear();
                (name, any) = ("", false);
                continue;
            }

            if (line[0] == ':') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + (colon + 1 < line.Length && line[colon + 1] == ' ' ? 2 : 1))..];
            if (field == "event") name = value;
            else if (field == "data")
            {
                if (any) data.Append('\n');
                any = true;
                data.Append(value);
                if (data.Length > MaxEvent) throw new InvalidDataException("an event of the stream is larger than 16 MiB");
            }
        }
    }

    // Lines end with CR LF, LF or CR, and a CR must not wait for what follows it.
    private static async IAsyncEnumerable<string> LinesAsync(StreamReader reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = ArrayPool<char>.Shared.Rent(8192);
        try
        {
            var line = new StringBuilder();
            var afterReturn = false;
            int read;
            while ((read = await reader.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false)) > 0)
            {
                for (var i = 0; i < read; i++)
                {
                    var c = buffer[i];
                    var skip = c == '\n' && afterReturn;
                    afterReturn = c == '\r';
                    if (skip) continue;
                    if (c is not ('\n' or '\r'))
                    {
                        if (line.Length >= MaxEvent) throw new InvalidDataException("a line of the stream is larger than 16 MiB");
                        line.Append(c);
                        continue;
                    }

                    yield return line.ToString();
                    line.Clear();
                }
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}

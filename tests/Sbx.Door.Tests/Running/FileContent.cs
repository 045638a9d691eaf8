namespace Sbx.Door.Tests.Running;

/// <summary>Searches large and sparse files.</summary>
internal static class FileContent
{
    public static bool Contains(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Contains(file, file.Length, bytes);
    }

    public static bool Contains(Stream stream, long length, byte[] bytes)
    {
        var buffer = new byte[4 * 1024 * 1024];
        var kept = 0;
        while (length > 0)
        {
            var read = stream.Read(buffer, kept, (int)Math.Min(length, buffer.Length - kept));
            if (read == 0)
                return false;
            length -= read;
            if (buffer.AsSpan(0, kept + read).IndexOf(bytes) >= 0)
                return true;
            // A match may lie across two reads.
            var tail = Math.Min(bytes.Length - 1, kept + read);
            buffer.AsSpan(kept + read - tail, tail).CopyTo(buffer);
            kept = tail;
        }

        return false;
    }
}

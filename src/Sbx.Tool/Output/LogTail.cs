namespace Sbx.Tool.Output;

/// <summary>The end of a file that another process writes to and may replace. Not thread-safe.</summary>
internal sealed class LogTail(string path)
{
    private long _position;

    /// <summary>Copies the last lines.</summary>
    public void CopyLast(int lines, Stream output)
    {
        using var file = Open();
        _position = StartOfLast(file, lines);
        Copy(file, output);
    }

    /// <summary>Copies what has been written since; from its beginning when the file is a new, shorter one.</summary>
    public void CopyNew(Stream output)
    {
        if (!File.Exists(path))
            return;
        using var file = Open();
        if (file.Length < _position)
            _position = 0;
        Copy(file, output);
    }

    private FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private void Copy(FileStream file, Stream output)
    {
        file.Position = _position;
        file.CopyTo(output);
        _position = file.Position;
    }

    private static long StartOfLast(FileStream file, int lines)
    {
        if (lines == 0)
            return file.Length;
        var buffer = new byte[64 * 1024];
        for (var end = file.Length; end > 0;)
        {
            var length = (int)Math.Min(buffer.Length, end);
            file.Position = end - length;
            file.ReadExactly(buffer, 0, length);
            for (var i = length - 1; i >= 0; i--)
            {
                // The line end at the very end of the file begins no line.
                var position = end - length + i;
                if (buffer[i] == '\n' && position != file.Length - 1 && --lines == 0)
                    return position + 1;
            }

            end -= length;
        }

        return 0;
    }
}

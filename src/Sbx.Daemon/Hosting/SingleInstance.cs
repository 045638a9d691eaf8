namespace Sbx.Daemon.Hosting;

/// <summary>A lock file held for the life of the daemon; the kernel gives it back when the process ends in whatever way.</summary>
internal sealed class SingleInstance : IDisposable
{
    private readonly FileStream _file;

    private SingleInstance(FileStream file) => _file = file;

    /// <summary>Takes the lock, or returns null when another daemon has it.</summary>
    public static SingleInstance? TryTake(string path)
    {
        try
        {
            return new SingleInstance(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}

using System.Text.Json;

namespace Sbx.Machines.Accelerators;

/// <summary>Remembers a verdict in a file.</summary>
/// <param name="directory">Where.</param>
internal sealed class AcceleratorMemory(string directory)
{
    private string File => Path.Combine(directory, "accelerator.json");

    /// <summary>The remembered verdict when it was found on the same basis; null otherwise.</summary>
    public AcceleratorVerdict? Recall(string basis)
    {
        try
        {
            var verdict = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), VerdictJson.Default.AcceleratorVerdict);
            return verdict?.Basis == basis && Enum.IsDefined(verdict.Accelerator) ? verdict : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a verdict; whole or not at all.</summary>
    public void Remember(AcceleratorVerdict verdict)
    {
        Directory.CreateDirectory(directory);
        var temporary = $"{File}.{Guid.NewGuid():N}.tmp";
        System.IO.File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(verdict, VerdictJson.Default.AcceleratorVerdict));
        System.IO.File.Move(temporary, File, overwrite: true);
    }

    /// <summary>Forgets, so that the next start asks again.</summary>
    public void Forget() => System.IO.File.Delete(File);
}

using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sbx.Secrets.Tests")]
